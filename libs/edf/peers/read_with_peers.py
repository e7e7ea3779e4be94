"""What pyEDFlib, edfio and MNE read from recordings, as one JSON object a file and line.

Usage: python read_with_peers.py [--values] [--peers pyedflib,edfio,mne,mne-signals,mne-annotations] [--dump FOLDER] FILE...
With --values all values; otherwise digests of them: SHA-256 of int32 (digital) and float64 (physical), both
little-endian. mne-signals writes what MNE reads as float64 into FOLDER, a file for each signal.
"""

import argparse
import hashlib
import json
import os
import warnings

import edfio
import mne
import numpy as np
import pyedflib

warnings.simplefilter("ignore")
mne.set_log_level("CRITICAL")


def digest(values, dtype):
    return hashlib.sha256(np.ascontiguousarray(values, dtype=dtype).tobytes()).hexdigest()


def signal(label, digital, physical, with_values):
    found = {"label": label, "count": int(len(physical))}
    if with_values:
        found["physical"] = [float(value) for value in physical]
        if digital is not None:
            found["digital"] = [int(value) for value in digital]
        return found
    found["physicalSha256"] = digest(physical, "<f8")
    if digital is not None:
        found["digitalSha256"] = digest(digital, "<i4")
    return found


def read_pyedflib(path, with_values):
    with pyedflib.EdfReader(path) as reader:
        signals = [
            signal(reader.getLabel(i), reader.readSignal(i, digital=True), reader.readSignal(i), with_values)
            for i in range(reader.signals_in_file)
        ]
        onsets, durations, texts = reader.readAnnotations()
        start = reader.getStartdatetime()
        annotations = [
            [float(onset), None if float(duration) < 0 else float(duration), str(text)]
            for onset, duration, text in zip(onsets, durations, texts)
        ]
        return {"signals": signals, "start": start.isoformat(), "annotations": annotations}


def read_edfio(path, with_values):
    is_bdf = open(path, "rb").read(1) == b"\xff"
    recording = edfio.read_bdf(path) if is_bdf else edfio.read_edf(path)
    signals = [signal(one.label, one.digital, one.data, with_values) for one in recording.signals]
    annotations = [[one.onset, one.duration, one.text] for one in recording.annotations]
    try:
        start = f"{recording.startdate.isoformat()}T{recording.starttime.isoformat()}"
    except edfio.AnonymizedDateError:  # "Startdate X", as edfio itself writes it
        start = None
    return {"signals": signals, "start": start, "annotations": annotations}


def read_mne(path, with_values):
    is_bdf = open(path, "rb").read(1) == b"\xff"
    read = mne.io.read_raw_bdf if is_bdf else mne.io.read_raw_edf
    try:
        raw = read(path, preload=True, infer_types=False, stim_channel=None)
        signals = [signal(name, None, raw.get_data(picks=[i])[0], with_values) for i, name in enumerate(raw.ch_names)]
        start = raw.info["meas_date"].replace(tzinfo=None).isoformat() if raw.info["meas_date"] else None
    except Exception as error:  # what MNE cannot load may still have annotations
        signals, start = f"{type(error).__name__}: {error}"[:200], None
    return {"signals": signals, "start": start, **read_mne_annotations(path, with_values)}


def read_mne_signals(path, _with_values):
    is_bdf = open(path, "rb").read(1) == b"\xff"
    read = mne.io.read_raw_bdf if is_bdf else mne.io.read_raw_edf
    raw = read(path, preload=True, infer_types=False, stim_channel=None)
    signals = []
    for i, name in enumerate(raw.ch_names):
        dump = os.path.join(DUMP[0], f"{os.path.basename(path)}.{i}.f64")
        values = raw.get_data(picks=[i])[0].astype("<f8")
        values.tofile(dump)
        signals.append({"label": name, "count": len(values), "dump": dump})
    return {"signals": signals}


def read_mne_annotations(path, _with_values):
    found = mne.read_annotations(path)
    annotations = [[float(one["onset"]), float(one["duration"]), str(one["description"])] for one in found]
    return {"annotations": annotations}


PEERS = {
    "pyedflib": read_pyedflib,
    "edfio": read_edfio,
    "mne": read_mne,
    "mne-signals": read_mne_signals,
    "mne-annotations": read_mne_annotations,
}
DUMP = [None]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--values", action="store_true")
    parser.add_argument("--peers", default="pyedflib,edfio,mne")
    parser.add_argument("--dump")
    parser.add_argument("files", nargs="+")
    asked = parser.parse_args()
    DUMP[0] = asked.dump
    # EDFlib prints to standard output what it thinks of a file; our lines get a copy of it to themselves.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for path in asked.files:
        found = {"file": path}
        for name in asked.peers.split(","):
            try:
                found[name] = PEERS[name](path, asked.values)
            except Exception as error:
                found[name] = {"error": f"{type(error).__name__}: {error}"[:300]}
        print(json.dumps(found), file=out, flush=True)


if __name__ == "__main__":
    main()
