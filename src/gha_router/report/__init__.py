"""The report: one view model (``view``), made by ``of_experiment`` and ``of_run``, and its renderings.

``markdown`` and ``terminal`` print a view; ``document`` (report.json) and ``outcomes`` (outcomes.csv) hold the records.
"""
