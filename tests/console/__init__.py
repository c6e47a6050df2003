"""The console: `test_<page>.py` for each page, `test_<module>.py` for kit and middleware.

What to take for what:

- `conftest`: `staff("operator", "Sanamxay")` is somebody signed in, `nobody` has not;
  `browser(...)` is the same in a real Chromium; `lines_of_the_log` is the audit log.
- `reader`: how they open pages and send forms; every page they open is checked by `html`.
- `happenings`: what callers and workers did (a case, a number held back, an upload, its import).
- `ledger`: messages, calls and broadcasts as rows, put there at once; `approve` presses a button.
- `broadcasting`: a broadcast that is running, its expansion, and what became of its messages.
- `people`: one person of the registry: her row, her page, her lines in the audit log.
- `uploads`: a file brought to the import page by somebody, and checked.
- `routes`: every address, who may open it, and an example to open: a new view needs a line there.
"""
