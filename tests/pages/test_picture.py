"""The README's picture is the model's."""

from pathlib import Path

from agt.pages import picture

ROOT = Path(__file__).parents[2]


def test_the_picture_in_the_repository_is_what_the_model_draws_today():
    assert (ROOT / picture.PLACE).read_text(encoding="utf-8") == picture.draw()
