/* The two small tools: exact rules on whole numbers, run from the mechanisms' own texts. */
import { made } from "./tables.js";
import { readable } from "./words.js";

const DECIMALS = 18;
const AMOUNT = /^(0|[1-9][0-9]{0,11})(\.[0-9]{1,18})?$/;
const WHOLE = /^[0-9]{1,3}$/;
const WALLET = "a valid wallet";

/** The base units of an amount in plain notation, as text. */
export function baseUnits(text) {
  const [whole, fraction = ""] = text.split(".");
  return (BigInt(whole) * 10n ** BigInt(DECIMALS) + BigInt(fraction.padEnd(DECIMALS, "0"))).toString();
}

/** An amount of base units in plain notation, exactly, thousands marked. */
export function amountOf(units) {
  const text = units.padStart(DECIMALS + 1, "0");
  const fraction = text.slice(-DECIMALS).replace(/0+$/, "");
  return BigInt(text.slice(0, -DECIMALS)).toLocaleString("en") + (fraction ? `.${fraction}` : "");
}

/** Start one tool: read its fields, ask the rule, tell its answer. */
export function tool(place, { engine, economy }) {
  const kind = KINDS[place.dataset.lab];
  const answer = place.querySelector(".agt-tool-answer");
  let asked = 0;
  async function renew() {
    const values = kind.fields.map(([id, pattern, said]) => field(place, id, pattern, said));
    if (values.includes(null)) { answer.replaceChildren(); return; }
    asked += 1;
    const own = asked;
    const lines = await kind.answer(values, place, engine, economy.tools);
    if (own === asked) answer.replaceChildren(...lines.map(([tag, text]) => made(tag, { text })));
  }
  place.addEventListener("input", renew);
  place.addEventListener("submit", event => event.preventDefault());
  return renew();
}

/** The text of a field; null, with a message, where it is no such number, and without one where it is blank. */
function field(place, id, pattern, said) {
  const input = place.querySelector(`#${id}`);
  const text = input.value.trim();
  const wrong = text !== "" && !pattern.test(text);
  input.setAttribute("aria-invalid", wrong);
  place.querySelector(`#${id}-fault`).textContent = wrong ? said : "";
  return text === "" || wrong ? null : text;
}

const PLAIN = "Write a plain number such as 12000: digits and at most one point, no commas, at most 18 decimals.";
const LEVEL = "Write a whole number such as 5.";

async function worth([mine, others, pool], place, engine, terms) {
  const bound = place.querySelector("#worth-wallet").checked;
  const wallets = [WALLET];
  const claims = [["mine", "me", bound ? WALLET : "", baseUnits(mine), terms.opens]];
  if (Number(others)) claims.push(["others", "everybody-else", WALLET, baseUnits(others), terms.opens]);
  const { opens, closes } = terms;
  const order = { claims, wallets, pool: baseUnits(pool), minimum: terms.minimum, opens, closes, holdings: null };
  const settled = await engine.rule("settled", order);
  const refused = settled.refusals[0];
  if (refused) return [["p", `Refused: ${terms.refusals[refused]}.`], ["p", least(terms)]];
  const agt = settled.payouts[0];
  const [units, whole] = [BigInt(agt), BigInt(settled.eligible)];
  const rate = BigInt(baseUnits(pool)) * 10n ** BigInt(DECIMALS) / whole;
  const share = Number(BigInt(baseUnits(mine)) * 1_000_000n / whole) / 10_000;
  const usd = Number(units) / 1e18 * terms.price;
  const small = settled.refusals[1] ? [["p", "What others submit is less than one swap may be, so it is left out."]] : [];
  return [
    ["p", `${amountOf(agt)} AGT`],
    ["p", `${readable(share)} % of what is submitted; ${amountOf(rate.toString())} AGT for each AIA, rounded down.`],
    ["p", `About ${readable(usd)} USD at ${readable(terms.price)} USD for an AGT, the model’s middle path of this month.`],
    ...small,
  ];
}

const least = terms => `One swap takes at least ${amountOf(terms.minimum)} AIA.`;

async function stake([amount, tier, level, high], place, engine) {
  const order = {
    stake: baseUnits(amount),
    thresholds: [baseUnits(tier)],
    level: Number(level),
    high_level: Number(high),
    medallion: place.querySelector("#stake-medallion").checked,
  };
  const found = await engine.rule("opened_by", order);
  const missing = BigInt(order.thresholds[0]) - BigInt(order.stake);
  const reached = missing > 0n ? `No tier: ${amountOf(missing.toString())} AGT are missing.` : "This stake makes a tier.";
  const open = TASKS.map(([name, title]) => ["p", `${title}: ${found[name] ? "open" : "closed"}`]);
  return [["p", reached], ...open];
}

const TASKS = [["general", "General tasks"], ["specialised", "Specialised tasks"], ["advanced", "Advanced tasks"]];

const KINDS = {
  worth: {
    fields: [["worth-mine", AMOUNT, PLAIN], ["worth-others", AMOUNT, PLAIN], ["worth-pool", AMOUNT, PLAIN]],
    answer: worth,
  },
  stake: {
    fields: [["stake-amount", AMOUNT, PLAIN], ["stake-tier", AMOUNT, PLAIN], ["stake-level", WHOLE, LEVEL], ["stake-high", WHOLE, LEVEL]],
    answer: stake,
  },
};
