"""From a finished run to a page people read: view model, figures, phrases, HTML and PDF.

Nothing here decides anything: verdict and outcomes come from ``result.json``.
"""
