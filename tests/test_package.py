from importlib.resources import files


def test_type_checkers_take_the_annotations_of_the_package() -> None:
    assert files("fntui").joinpath("py.typed").is_file()
