"""The what-if page: open, close and resize sites in a browser, and see what a run would find."""
