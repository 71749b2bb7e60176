"""Small HTTP calls."""
import urllib.error
import urllib.request


def get(url, timeout=5):
    """(status, text); 0 when nobody answers"""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)
