"""A planner's own workspace: its folders, the templates of lists, and a study proposed from existing files."""
