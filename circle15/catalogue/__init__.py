"""Services, standards and speeds as data, and their loader."""
