from importlinter.cli import lint_imports


def test_imports_flow_one_way(request):
    assert lint_imports(config_filename=str(request.config.rootpath / "pyproject.toml"), no_cache=True) == 0
