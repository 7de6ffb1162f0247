"""Questions of one kind, grouped, so that a person reads once what many have asked."""
