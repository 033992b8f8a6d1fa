"""AGT: the executable specification of a token economy, and what a proposal would do to it."""
