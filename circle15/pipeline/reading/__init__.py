"""From a study's files to checked inputs: each part read, every row accounted for, all findings in one order."""
