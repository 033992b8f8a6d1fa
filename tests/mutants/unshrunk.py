"""A pytest plugin: hypothesis tries the same examples as ever, but looks for no simpler one once a test has failed."""

from hypothesis import Phase, settings


def pytest_collection() -> None:
    settings.register_profile("unshrunk", settings.get_profile("ci"), phases=(Phase.explicit, Phase.generate))
    settings.load_profile("unshrunk")
