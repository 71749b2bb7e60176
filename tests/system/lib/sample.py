"""What a plain run leaves out: a part of the cases, chosen by the seed IM_SEED (the commit, or what ./im test --seed says)."""
import hashlib
import os
import time


def sampled(what, items, count, name=str):
    """count of the items, in their order; all of them when FULL is set or nothing seeds. Says what was chosen."""
    seed = os.environ.get("IM_SEED", "")
    if os.environ.get("FULL") or not seed or len(items) <= count:
        return list(items)
    rank = {name(item): hashlib.sha256((seed + name(item)).encode()).digest() for item in items}
    chosen = sorted(rank, key=rank.get)[:count]
    print("%s: %d of %d with seed %s, all with --full: %s" % (what, count, len(items), seed, " ".join(sorted(chosen))), flush=True)
    return [item for item in items if name(item) in chosen]


def seed_number():
    """For random.Random: the same for the same seed, another one each time without."""
    seed = os.environ.get("IM_SEED", "")
    return int(hashlib.sha256(seed.encode()).hexdigest()[:8], 16) if seed else int(time.time())
