"""Agents that train a model on data of their own, which stay where they are (federated learning).

McMahan and others, "Communication-Efficient Learning of Deep Networks from Decentralized Data",
2017: whoever coordinates sends weights and gets weights, and averages them (FedAvg).
"""
