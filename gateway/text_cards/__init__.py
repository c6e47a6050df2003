"""Every text that a handset shows, as a card for whoever reads it over: where it stands, drawn.

`cards` has them in calling order, the riskiest first; `workbook` and `sheets` write them down for a
reader without a login; `trial` is the sheet that is tried with mothers.
"""
