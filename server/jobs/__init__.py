"""What happens by itself: due jobs are claimed, done, tried again, and given up in words."""
