"""The published texts: wordings that lie over the catalogues of the repository.

`proposals` and `publishing` are how a text gets there, `checks` what it must hold, `versions` what
is there, `confirmations` who has read it, `editions` what each process speaks.
"""
