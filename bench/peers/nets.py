"""The nets that are timed, for bench/run and for the peers. Nothing but Python itself is needed."""

NETS = {  # hidden layers, batch normalisation
    "3layer": ([50, 50], False),
    "3layer-bn": ([50, 50], True),
    "9layer-bn": ([50, 30, 20, 20, 10, 10, 10, 10], True),
    "wide-bn": ([1024, 1024, 1024], True),
    "fashion": ([256, 128, 100], False),
    "fashion-bn": ([256, 128, 100], True),
    "digits": ([100], False),
}
PATCH_NETS = {  # side of a patch, filters, units of the hidden layer; without batch normalisation
    "patch4-10-50": (4, 10, 50),
    "patch8-40-50": (8, 40, 50),
    "patch4-40-50": (4, 40, 50),
    "patch4-40-300": (4, 40, 300),
}
PATCH_LAMBDA, SIDE, CHANNELS = 0.003, 32, 3

# Nets on other data than images of 32 x 32 x 3: what strata calls the data, inputs, and examples of an epoch.
DATA = {
    "fashion": ("fashion-mnist", 28 * 28, 60000),
    "fashion-bn": ("fashion-mnist", 28 * 28, 60000),
    "digits": ("digits", 8 * 8, 1700),
}
CIFAR = ("", CHANNELS * SIDE * SIDE, 45000)


def data_of(net):
    """Name, inputs, examples of an epoch. Without a name the data are those of --data."""
    return DATA.get(net, CIFAR)


def strata_words(net):
    """The settings with which strata has this net."""
    if net in PATCH_NETS:
        side, filters, units = PATCH_NETS[net]
        return [f"patch={side}", f"filters={filters}", f"hidden=[{units}]", "bn=false", f"lambda={PATCH_LAMBDA}"]
    hidden, bn = NETS[net]
    return [f"hidden=[{','.join(map(str, hidden))}]", f"bn={'true' if bn else 'false'}"]
