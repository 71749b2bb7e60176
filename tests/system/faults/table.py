"""One table for people: a row per scenario, its counters, its verdict."""
COLUMNS = (("sent", "sent"), ("acked", "acked"), ("refused", "refused"), ("judged", "judged"), ("lost", "lost"),
           ("dup_raw", "dup_raw"), ("dup_same", "dup_same"), ("dup_shown", "dup_shown"), ("reorder", "reorder"), ("phantom", "phantom"),
           ("stale_sessions", "stale"), ("replaced", "replaced"), ("kept_old", "kept_old"), ("recovery_ms_p50", "rec_p50"), ("recovery_ms_p99", "rec_p99"),
           ("longest_refusal_ms", "refusal_ms"))


def ledger_cells(ledger):
    return [str(ledger.count(name)) for name, _ in COLUMNS]


def print_table(head, rows):
    """head: list of words; rows: lists of words of the same length."""
    widths = [max(len(str(row[i])) for row in [head] + rows) for i in range(len(head))]
    for row in [head] + rows:
        print("  ".join(str(cell).ljust(width) if i in (0, len(head) - 1) else str(cell).rjust(width)
                        for i, (cell, width) in enumerate(zip(row, widths))).rstrip())


def print_ledgers(title, rows):
    """rows: (name, ledger, verdict)"""
    print_table([title] + [word for _, word in COLUMNS] + ["verdict"],
                [[name] + ledger_cells(ledger) + [verdict] for name, ledger, verdict in rows])
