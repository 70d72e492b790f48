"""From public artwork to the model files of the page: data, autoencoder, ELIT training, evaluation, export."""
