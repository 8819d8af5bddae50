"""The parts of bench/run: rounds in which every program is timed once, in turns, and the ratios of their times round by round."""
import os
import queue
import statistics
import tempfile
import threading
import time

from programs import COARSE, OURS, close, peer_command, progress, serve, Served, strata_bench, strata_training

CORES = len(os.sched_getaffinity(0))


def row(rows, net, threads, who, what, value):
    for r in rows:
        if (r["net"], r["threads"], r["who"]) == (net, threads, who):
            r.setdefault(what, []).append(value)
            return r
    rows.append({"net": net, "threads": threads, "who": who, what: [value]})
    return rows[-1]


def add_ratios(rows, what):
    """Medians, and ratios to both forms of strata, round by round: of medians, and of the least times, which others on the machine move less."""
    for r in rows:
        r[what + "_median"] = statistics.median(r[what])
        for name, values in (("ratio", what), ("ratio_best", "best")):
            if values not in r:
                continue
            r[name] = {}
            for ours, precision in OURS.items():
                base = [b for b in rows if (b["net"], b["threads"], b["who"]) == (r["net"], r["threads"], ours)]
                if not base:
                    continue
                ratios = [x / y for x, y in zip(r[values], base[0][values])]
                r[name][precision] = {"median": statistics.median(ratios), "min": min(ratios), "max": max(ratios)}


# ---- updates ------------------------------------------------------------------------------------------------------------------------------

def one_round(o, programs, net, threads, result, served):
    """Runs every program once; appends to the lists of result. served: the peers, by name."""
    for who in (who for who in programs if who in OURS or who in served):
        if who in OURS:
            document = strata_bench(o, net, threads, OURS[who])
            update = document["updates"][0]
            result["machine"] = document["machine"]
            peak = result["peak"].setdefault(str(threads), {"float": 0.0, "best": 0.0})
            for kind, rate in (("float", document["peak"]["gflop_per_s"]["float"]), ("best", max(document["peak"]["gflop_per_s"].values()))):
                peak[kind] = max(peak[kind], rate)
            us, best, extra = update["us_per_update"], update["us_best"], {"flop": update["flop"], "bytes": update["bytes"]}
        else:
            document = served[who].ask()
            us, best, extra = document["us_per_update"], document["us_best"], {"version": document["peer"], "blas": document["blas"]}
        measured = row(result["results"], net, threads, who, "us", us)
        measured.update(extra, us_best=min(best, measured.get("us_best", best)))
        measured.setdefault("best", []).append(best)


def in_turns(o, programs, result, part, words, title, turn):
    """Rounds of every net on every number of threads; words: what a peer is told besides; turn: who is timed how in one round."""
    rounds = o.rounds or part["rounds"]
    for net in part["nets"]:
        for threads in o.threads or part["threads"]:
            served = serve({who: peer_command(who, net, threads, o.batch, *words, "--serve") for who in programs[net] if who not in OURS},
                           result["missing"])
            try:
                for number in range(rounds):
                    progress(f"{title}{net}, {threads} threads, round {number + 1} of {rounds}")
                    turn(o, programs[net], net, threads, result, served)
            finally:
                close(served)


def time_updates(o, programs, result, part):
    in_turns(o, programs, result, part, ["--updates", str(o.updates)], "", one_round)


# ---- trainings ----------------------------------------------------------------------------------------------------------------------------

def training_round(o, programs, net, threads, result, served):
    for who in (who for who in programs if who in OURS or who in served):
        if who in OURS:
            with tempfile.TemporaryDirectory() as folder:
                seconds, _, wall = strata_training(o, net, threads, OURS[who], folder)
            r = row(result["trainings"], net, threads, who, "seconds", seconds[0])
            r.setdefault("command", []).append(wall)
        else:
            document = served[who].ask()
            r = row(result["trainings"], net, threads, who, "seconds", document["seconds"])
            r.setdefault("evaluating", []).append(document["evaluating"])
            r.update(version=document["peer"], blas=document["blas"], how=document["how"])
        r["best"] = [min(r["seconds"])]


def time_trainings(o, programs, result, part):
    in_turns(o, programs, result, part, ["--training", str(o.training_updates)], "trainings of ", training_round)


# ---- populations --------------------------------------------------------------------------------------------------------------------------

def best_peers(programs, result, net):
    """The peer whose training takes the least on one thread, else whose update does, else the first; and the coarse one."""
    peers = [who for who in programs[net] if who not in OURS and who != COARSE]
    for rows, what in ((result["trainings"], "seconds"), (result["results"], "us")):
        found = {r["who"]: min(r[what]) for r in rows if (r["net"], r["threads"]) == (net, 1) and r["who"] in peers}
        if found:
            peers = [min(found, key=found.get)]
            break
    else:
        peers = [who for who in peers if who == "PyTorch scripted"] or peers[:1]
    return peers + [who for who in programs[net] if who == COARSE]


def pooled(pool, members):
    """Seconds in which the peers of a pool do so many trainings, each the next one that is left."""
    left, failed = queue.SimpleQueue(), []
    for member in range(members):
        left.put(member)

    def work(one):
        try:
            while True:
                left.get_nowait()
                one.ask()
        except queue.Empty:
            pass
        except RuntimeError as why:
            failed.append(why)

    begin = time.perf_counter()
    threads = [threading.Thread(target=work, args=(one,)) for one in pool]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return time.perf_counter() - begin


def pool_of(o, who, net):
    """o.members processes of a peer, one thread each. The first finds the fastest way to evaluate, for all."""
    command = peer_command(who, net, 1, o.batch, "--training", str(o.training_updates), "--serve")
    pool = {0: Served(command)}
    try:
        how = pool[0].ask("warm")["how"]
        pool.update({member: Served([*command, "--how", how]) for member in range(1, o.members)})
        for one in list(pool.values())[1:]:
            one.ask("warm")
    except BaseException:
        close(pool)
        raise
    return pool


def population_round(o, net, result, pools):
    for who in result["population"]:
        if who in pools:
            pool = list(pools[who].values())
            ways = {min(CORES, o.members): pooled(pool[:CORES], o.members)}
            if o.members > CORES:
                ways[o.members] = pooled(pool, o.members)
            r = row(result["populations"], net, CORES, who, "seconds", min(ways.values()))
            r.setdefault("at_once", []).append(min(ways, key=ways.get))
            r.update(version=pool[0].said["peer"], blas=pool[0].said["blas"], how=pool[0].said["how"])
        else:
            with tempfile.TemporaryDirectory() as folder:
                _, seconds, wall = strata_training(o, net, 0, OURS[who], folder, o.members)
            r = row(result["populations"], net, CORES, who, "seconds", seconds)
            r.setdefault("command", []).append(wall)
        r["best"] = [min(r["seconds"])]
        r["updates_per_s"] = o.members * o.training_updates / statistics.median(r["seconds"])


def time_populations(o, programs, result, part):
    for net in part["nets"]:
        peers = best_peers(programs, result, net)
        result["population"] = [who for who in programs[net] if who in OURS] + peers
        result["members"], pools = o.members, {}  # by name, then by number
        try:
            for who in peers:
                pools[who] = pool_of(o, who, net)
            for number in range(o.rounds or part["rounds"]):
                progress(f"{o.members} trainings of {net} on {CORES} cores, round {number + 1} of {o.rounds or part['rounds']}")
                population_round(o, net, result, pools)
        finally:
            for pool in pools.values():
                close(pool)


PARTS = {  # who times it, nets, threads, rounds
    "updates": {"time": time_updates, "nets": ["3layer-bn"], "threads": sorted({1, CORES}), "rounds": 5},
    "trainings": {"time": time_trainings, "nets": ["3layer-bn"], "threads": sorted({1, CORES}), "rounds": 3},
    "epochs": {"time": time_updates, "nets": ["fashion-bn", "fashion", "digits", "3layer"], "threads": sorted({1, CORES}), "rounds": 3},
    "patches": {"time": time_updates, "nets": ["patch4-10-50", "patch8-40-50", "patch4-40-50", "patch4-40-300"], "threads": sorted({1, CORES}), "rounds": 3},
    "populations": {"time": time_populations, "nets": ["3layer-bn"], "threads": [CORES], "rounds": 2},
}
