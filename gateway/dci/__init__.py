"""DCI (SPDCI): partners' requests answered, their callbacks kept first and worked through after."""
