"""What people hold in their hands: report, map sheets, hand-over."""
