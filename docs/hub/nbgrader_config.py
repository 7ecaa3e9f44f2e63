# For every person of the hub: /etc/jupyter/nbgrader_config.py, or a folder named by JUPYTER_CONFIG_PATH.
c = get_config()
c.Exchange.root = "/srv/nbgrader/exchange"
c.Authenticator.plugin_class = "nbgrader.auth.JupyterHubAuthPlugin"
