"""A study's folder made by hand."""

RUN, TUNED = "results/pretrain/r3d/16-8-3/seed-0", "results/finetune/ucf101-1/r3d/16-8-3/from-conv1/seed-0"


KEPT = [
    "config.yaml",
    "results/answers/r3d/16-8-3/seed-0.csv",
    "results/audit/r3d/16-8-3/seed-0.csv",
    "results/benchmarks/pretrain/r3d/16-8-3/seed-0.tsv",
    "results/cvpr2019/figure4.pdf",
    "results/cvpr2019/figure4.png",
    "results/cvpr2019/figure4.svg",
    "results/cvpr2019/table1.csv",
    "results/cvpr2019/table1.html",
    "results/cvpr2019/table1.md",
    "results/cvpr2019/table1.tex",
    f"{TUNED}/history.csv",
    f"{TUNED}/provenance.json",
    "results/frames/ucf101-unreadable.csv",
    "results/frames/ucf101.digest",
    "results/mine/r3d/16-8-3/seed-0/hard.txt",
    "results/mine/r3d/16-8-3/seed-0/predictions.csv",
    "results/order/r3d/16-8-3/seed-0.csv",
    "results/outline.json",
    f"{RUN}/history.csv",
    f"{RUN}/provenance.json",
    f"{RUN}/validation.txt",
    "results/probe/ucf101/r3d/random/conv5-seed-0-grid.csv",
    "results/recognition/ucf101-1/r3d/16-8-3/from-conv1/seed-0.csv",
    "results/retrieval/ucf101/r3d/16-8-3/conv5-seed-0.csv",
]


LEFT = [
    ".snakemake/metadata/abc",
    "data/UCF-101/v.avi",
    "results/cvpr2019/.table1.csv.12.part",
    "results/embeddings/clips/r3d/8-4-3/seed-0.npy.rows.csv",
    "results/features/ucf101/r3d/16-8-3/seed-0.h5",
    f"{TUNED}/model.safetensors",
    "results/frames/ucf101.h5",
    "results/logs/pretrain/r3d/16-8-3/seed-0.log",
    "results/logs/slurm/1.txt",
    f"{RUN}/model.safetensors",
    f"{RUN}/optimiser.pt",
    f"{RUN}/progress.json",
    f"{RUN}/state.pt",
    f"{RUN}/tensorboard/events.out.tfevents.1",
    "results/search/clips/r3d/8-4-3/seed-0.html",
    "results/synthetic/ucf101.csv",
    "results/synthetic/ucf101/lists/trainlist01.txt",
]


def make(folder, names=(*KEPT, *LEFT)):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"what is in {name}\n" * 50)
    return folder
