"""Where article addresses come from, and the policies that put such sources together."""
