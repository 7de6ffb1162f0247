"""A folder of an office's own knowledge, begun as a copy of the built-in one."""

import shutil
from pathlib import Path

from faq.files import knowledge_files
from faq.formats.wording import shown
from faq.loading.loader import builtin
from faq.problems import FaqError


def copy_builtin(target: Path) -> tuple[Path, ...]:
    """Copy the built-in knowledge to a folder that is empty or does not exist yet.

    Returns:
        The new files, in order of name.

    Raises:
        FaqError: the folder has something in it, or cannot be written to.
    """
    files, _ = knowledge_files(builtin())
    try:
        target.mkdir(parents=True, exist_ok=True)
        if any(target.iterdir()):
            msg = f"{shown(target)}: the folder is not empty; give another one, or empty it first"
            raise FaqError(msg)
        return tuple(Path(shutil.copyfile(file, target / file.name)) for file in files)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a possible path"
        msg = f"{shown(target)}: cannot be written ({reason}); give another folder, or put this right"
        raise FaqError(msg) from error
