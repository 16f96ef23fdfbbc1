"""The command line's commands, one thin module each: flags in, one call of the library, files out.

Only this package knows argparse. ``vcop.cli`` finds a command by the name of its module; a command never imports another command.
"""
