"""How much a file may hold, so that no file keeps a worker or fills its memory."""

LARGEST = 200 * 1024 * 1024  # bytes, unpacked
MOST_COLUMNS = 100  # that are looked at
MOST_ROWS = 1_048_576  # Excel's own limit, for every kind of file
MOST_FAULTS = 10_000  # then the check stops
MOST_LISTED = 1_000  # of each: warnings, rows changed
MOST_KEPT = 50_000  # rows of which something is kept, all of them listed
MOST_PLACES = 200  # new ones that are listed

# Inside an .xlsx, counted as it streams by, before anything of it is held.
MOST_CELLS = 12_000_000
MOST_IN_A_ROW = 16_384  # cells; Excel's own limit
MOST_IN_A_CELL = 32_767  # characters; Excel's own limit
MOST_STRINGS = 1_000_000  # shared ones, which a reader holds in memory
LARGEST_STRINGS = 64 * 1024 * 1024  # bytes
LARGEST_PART = 8 * 1024 * 1024  # bytes; of styles and the like, read in one piece
LARGEST_RATIO = 250  # unpacked to packed; sheets of real programmes pack to a tenth
SMALL_PART = 2 * 1024 * 1024  # bytes; what is smaller may pack as well as it likes
MOST_PARTS = 1_000
MOST_SHEETS = 50
