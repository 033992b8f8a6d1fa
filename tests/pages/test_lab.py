"""The lab's form: a field for each simulated lever, and pages that load it only where it is."""

import re

import pytest

from agt.lab.offer import levers
from agt.pages import contents
from agt.pages.lab import lab, small_lab, wired
from agt.pages.policy import protected
from agt.registry import load


def test_every_simulated_lever_has_a_slider_a_field_and_its_limits():
    html = lab()
    for name in levers(load()):
        assert len(re.findall(f'<input type="(?:range|text)" id="lab-{name}(?:-slider)?"', html)) == 2
    assert "Now 15,000,000 AGT. Allowed: 0 to 77,777,777 AGT; largest step 7,500,000, from January 2027 on." in html
    assert "Not published; the model draws about 22.5 %. Allowed: 0 to 100 %; largest step 30" in html


def test_a_small_lab_has_the_levers_of_its_mechanism():
    html = small_lab("redemption", "redemption_rate")
    own = {name for name in levers(load()) if name.startswith("redemption_")}
    assert set(re.findall('data-lever="([^"]+)"', html)) == own
    assert small_lab("demand", "demand_revenue") == ""
    with pytest.raises(ValueError, match="redemption_rat is no picture of the lab; name one of reward_reserve"):
        small_lab("redemption", "redemption_rat")


def test_only_a_page_with_a_lab_loads_it_and_may_compile():
    page = '<html><head><meta charset="utf-8" /></head><body>{}</body></html>'
    with_lab, without = page.format('<div class="agt-lab agt-tool"></div>'), page.format("<p>agt-lab</p>")
    assert wired(without, 1) == without
    assert 'src="../../_static/lab/lab.js"' in wired(with_lab, 2)
    assert "wasm-unsafe-eval" not in protected(without)
    assert "worker-src" not in protected(without)
    found = protected(with_lab)
    assert "&#x27;wasm-unsafe-eval&#x27;; worker-src &#x27;self&#x27;;" in found
    assert "&#x27;unsafe-eval&#x27;" not in found


def test_each_chapter_whose_mechanism_has_a_simulated_lever_has_a_small_lab():
    nouns = {name.partition("_")[0] for name in levers(load())}
    found = {}
    for path in sorted((contents.ROOT / "book" / "rules").glob("*.ipynb")):
        sources = ["".join(cell["source"]) for cell in contents.load(path)["cells"]]
        calls = [match[1] for source in sources if (match := re.fullmatch(r'here\.lab\("([^"]+)"\)', source))]
        if calls:
            (found[path.stem],) = calls
    assert set(found) == nouns
    for noun, picture in found.items():
        assert f'data-picture="{picture}"' in small_lab(noun, picture)
