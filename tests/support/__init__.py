"""What tests of several rooms share: fakes of the protocols, and programs run as somebody else."""
