"""`faq chat`, and `faq` alone: the console in which HR tries questions."""

from bot.cli.options import FaqOption, NoColorOption


def chat(*, path: FaqOption = None, no_color: NoColorOption = False) -> None:
    """Open the console, in which questions are tried.

    It speaks Japanese, and says why it replied as it did; type /help for its commands. In a pipe it
    reads a question or a command a line, and writes plain text without a prompt.

    Example:
        faq chat --faq my-faq
    """
    from bot.cli.opening import knowledge_path, today  # noqa: PLC0415 -- `faq --help` needs no index
    from bot.console.session import run  # noqa: PLC0415 -- the same
    from bot.settings import read_settings  # noqa: PLC0415 -- the same

    settings = read_settings()
    run(knowledge_path(path, settings), home=settings.home, today=today, no_color=no_color)
