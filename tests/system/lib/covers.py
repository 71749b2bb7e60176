"""@covers("P01") says which facts of docs/protocol.md or docs/webim.md a case holds (tests/system/compat/facts.py)."""


def covers(*facts):
    def mark(function):
        function.facts = facts
        return function
    return mark
