from examdesk.pipeline import configure
configure(get_config())
