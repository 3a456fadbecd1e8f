"""What can go wrong where tokens come from or are kept."""


class TokenSourceError(Exception):
    """A keyring or a command could not do what it was asked for.

    Attributes:
        sentence: Why, in words for the screen; quotes nothing secret.
    """

    def __init__(self, sentence: str) -> None:
        """Keep the sentence."""
        super().__init__(sentence)
        self.sentence = sentence
