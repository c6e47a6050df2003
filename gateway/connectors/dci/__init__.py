"""Registries that answer DCI's searches (OpenSPP, OpenG2P, OpenCRVS and their like)."""
