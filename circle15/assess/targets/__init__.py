"""Where a place stands against the targets of its documents."""
