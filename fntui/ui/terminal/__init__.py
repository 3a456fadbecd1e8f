"""The door to the terminal: the only room that imports private modules of Textual or writes bytes.

Other rooms use ``app``, ``ascii``, ``clipboard``, ``keys``, ``lifecycle``, ``osc``, ``presence``.
"""
