"""What was asked and how it went: masked, kept as long as promised, and no longer.

This module imports nothing, so that a command that needs no database does not pay for one. What there is:

`bot.journal.journal.Journal(settings, keep=…, complain=…)` is a context manager, one a process; nothing is opened
before it is needed. `bot.journal.asked.asked(reply, text, channel=…, user=…, milliseconds=…, follows=…)` makes what it
records; `bot.privacy.masking.speakers(knowledge)` are the names for `keep`.

`journal.record(asked) -> question_id` returns at once and never raises. It is written behind by a thread, about every
quarter of a second, and at the end of the process. A kill loses at most the last second of questions, as long as the
database can be written. `journal.flush()` waits until all are durable.

`journal.feedback`: the last word of a person about a reply counts.
    `give(question_id, user, Mark.GOOD, at=…, comment=…) -> bool`, `take_back(question_id, user)`

`journal.handovers`: durable when they return, once for a key. `tell` is called with the hand-over as it is now, and
gives the `Telling`s that are planned in the same transaction. `HandoverError` where its state does not allow the step;
which steps there are stands in `bot.journal.handover.NEXT`.
    `open(key, user=…, question=…, channel=…, at=…, said=…, category=…, question_id=…, tell=…) -> Handover`,
    `move(handover_id, HandoverState.TAKEN, who=…, key=…, at=…, text=…, tell=…) -> Handover`,
    `find(handover_id)`, `unfinished()`, `opened(since, until)`

`journal.outbox`: what is still to be told to somebody. What comes twice counts once; `claim` gives what is due to one
worker, the oldest of each lane first, and the others settle it. After a crash, claim again: what is `doubtful` may have
been told already.
    `plan(Telling(key, lane, kind, payload), at=…, seen=[…]) -> bool`, `first_sight(*keys, at=…) -> bool`,
    `claim(at=…, limit=…, key=…, lease=…) -> tuple[Delivery, …]`,
    `done(key, at=…, receipt=…)`, `later(key, not_before=…, why=…)`, `give_up(key, at=…, why=…)`,
    `state(key)`, `receipt(key)`, `handover_of(receipt)`, `waiting()`

`journal.threads`: the conversations that the bot takes part in.
    `recall(key) -> Thread | None`, `remember(key, thread, at=…, user=…)`

`journal.events`: what admins did, and who tried.
    `add(who, what, Outcome.REFUSED, at=…, detail=…)`, `last(limit)`

`journal.questions`: what was asked. `recent` has different texts, newest first, without those of evaluations.
    `recent(limit, since=…)`, `last(limit)`, `between(since, until)`

`journal.retention`: purging happens by itself too, while questions are written.
    `purge(at=…)`, `forget(user, at=…)`, `held()`, `foreign_months()`

`FAQ_JOURNAL` rules what `record` keeps of questions. Hand-overs, deliveries, what admins did and which conversations
the bot takes part in are kept in every mode: without them, answers would be lost. Everything that touches the database
raises `bot.journal.errors.JournalError`, whose text is for people; `record` has it told to `complain` instead.
"""
