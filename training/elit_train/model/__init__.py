"""The network of the paper: SiT, and ELIT-SiT with its latent interface."""
