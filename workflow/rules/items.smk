"""What the tables and figures share: small functions that name their inputs and how the report shows them."""


def stores(*datasets):
    """Frame stores that an item shows pictures of; `ancient`, since their digests say when they changed."""
    return [ancient(f"results/frames/{dataset}.h5") for dataset in datasets]


def ordered(task, network=NETWORKS, seed=SEEDS):
    """Order predictions for the test list."""
    return expand("results/order/{network}/{task}/seed-{seed}.csv", network=network, task=task, seed=seed)


def beside_weights(name, task, network=NETWORKS, seed=SEEDS):
    """What a pretraining leaves beside its weights: history.csv, provenance.json."""
    path = "results/pretrain/{network}/{task}/seed-{seed}/{name}"
    return expand(path, network=network, task=task, seed=seed, name=name)


def retrieved(dataset, weights, network=NETWORKS, layer="conv5"):
    """Retrieval by the features of a stage, all seeds."""
    path = "results/retrieval/{dataset}/{network}/{weights}/{layer}-seed-{seed}.csv"
    return expand(path, dataset=dataset, network=network, weights=weights, layer=layer, seed=SEEDS)


def recognised(dataset, split, weights, network=NETWORKS, layer="conv1"):
    """Recognition after fine-tuning a stage and the deeper ones, all seeds."""
    path = "results/recognition/{dataset}-{split}/{network}/{weights}/from-{layer}/seed-{seed}.csv"
    return expand(path, dataset=dataset, split=split, network=network, weights=weights, layer=layer, seed=SEEDS)


def item_of(path):
    """results/cvpr2019/table1.html is cvpr2019_table1."""
    return f"{Path(path).parent.name}_{Path(path).stem}"


def shown(category, item, text):
    """How the report presents an item; its caption is workflow/report/<paper>_<item>.rst."""
    caption = f"../report/{category.replace(' ', '').lower()}_{item.replace(' ', '').lower()}.rst"
    return {"category": category, "caption": caption, "labels": {"item": item, "shows": text}}


def drawing(item):
    """The code that draws an item: a change there draws it anew. Training code is on purpose not an input of its stage."""
    shared = [
        "claims.py",
        "claims_page.py",
        "compared.py",
        "curves.py",
        "dots.py",
        "measured.py",
        "pictures.py",
        "published.csv",
        "published.py",
        "recognition_tables.py",
        "retrieval_tables.py",
        "samples.py",
        "style.py",
        "tables.py",
        "video_retrieval.py",
    ]
    paper = [SOURCE / "vcop" / "paper" / name for name in [f"{item}.py", *shared]]
    return [str(path) for path in [*paper, SOURCE / "vcop" / "intervals.py"]]
