"""The plugin of client/python is named on the command line of this suite; here is what tests it from the outside."""

pytest_plugins = ["pytester"]
