"""Terminal input: what is read from the terminal, decoded into keys, pastes, mouse and reports."""
