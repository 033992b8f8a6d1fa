"""The ledger: what changes when a mechanism acts once. Nothing else writes a balance."""


def play(function, block, values) -> dict[str, object]:
    """Everything that changes when the mechanism `function` acts once on `values`.

    `block` (see `agt.graph`) says which values are read and written and between which accounts the flows run.
    An account's new balance is its old one + inflows - outflows, in the registry's order.

    Args: function: policy; block: plain data of `agt.graph`; values: name -> number or array (runs,).
    Returns: name -> new value, of every quantity written and every account touched.
    """
    changed = {}
    for call in block["calls"]:
        inputs = {}
        for argument, source in call["reads"].items():
            inputs[argument] = values[source] if isinstance(source, str) else tuple([values[name] for name in source])
        written = function(**inputs)
        if len(call["writes"]) == 1:
            written = (written,)
        for name, value in zip(call["writes"], written):  # noqa: B905 (MicroPython knows no strict)
            if isinstance(name, str):
                changed[name] = value
            else:
                for member, part in zip(name, value):  # noqa: B905
                    changed[member] = part
    for flow, payer, payee in block["flows"]:
        changed[payer] = changed.get(payer, values[payer]) - changed[flow]
        changed[payee] = changed.get(payee, values[payee]) + changed[flow]
    return changed
