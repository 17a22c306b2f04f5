"""What process owners do: scenarios of the law, rehearsals."""
