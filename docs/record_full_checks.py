"""Keep the output of the long checks in the docs: ``python docs/record_full_checks.py full-checks.txt``."""

from __future__ import annotations

import sys
from pathlib import Path

PAGE = """# The long checks

Last output of `.ci/full`, kept by `docs/record_full_checks.py`.

```text
{output}
```
"""

if __name__ == "__main__":
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    kept = [line.rstrip() for line in lines if not line.startswith(("WARNING: Location", "warning:"))]
    Path(__file__).with_name("full-checks.md").write_text(PAGE.format(output="\n".join(kept).strip()), encoding="utf-8")
