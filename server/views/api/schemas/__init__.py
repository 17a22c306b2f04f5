"""What goes over the API, by resource."""
