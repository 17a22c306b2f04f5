"""What people can do: the acts, and who may do them."""
