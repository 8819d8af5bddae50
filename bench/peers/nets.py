"""The nets that are timed, for bench/run and for the peers. Nothing but Python itself is needed."""

NETS = {  # hidden layers, batch normalisation
    "3layer": ([50, 50], False),
    "3layer-bn": ([50, 50], True),
    "9layer-bn": ([50, 30, 20, 20, 10, 10, 10, 10], True),
    "wide-bn": ([1024, 1024, 1024], True),
}
PATCH_NETS = {  # side of a patch, filters, units of the hidden layer; without batch normalisation
    "patch4-10-50": (4, 10, 50),
    "patch8-40-50": (8, 40, 50),
    "patch4-40-300": (4, 40, 300),
}
PATCH_LAMBDA, SIDE, CHANNELS = 0.003, 32, 3


def strata_words(net):
    """The settings with which strata has this net."""
    if net in PATCH_NETS:
        side, filters, units = PATCH_NETS[net]
        return [f"patch={side}", f"filters={filters}", f"hidden=[{units}]", "bn=false", f"lambda={PATCH_LAMBDA}"]
    hidden, bn = NETS[net]
    return [f"hidden=[{','.join(map(str, hidden))}]", f"bn={'true' if bn else 'false'}"]
