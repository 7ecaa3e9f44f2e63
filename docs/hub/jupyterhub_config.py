"""JupyterHub for exams with Examdesk. The hub tests run with this very file; see README.md beside it for the reasons.

To fill in for a course: COURSE, its people, the authenticator and the spawner of your house.
"""

c = get_config()  # noqa: F821

COURSE = "course"  # the name of the course folder; nbgrader calls it course_id

# Who is who. Group names are nbgrader's: nbgrader-<course> sits exams, formgrade-<course> grades. Put in your people.
c.JupyterHub.load_groups = {
    f"nbgrader-{COURSE}": {"users": ["ann", "bo"], "properties": {}},
    f"formgrade-{COURSE}": {"users": ["ida"], "properties": {}},
}

# A server may look up the groups of its own user (nbgrader asks for them), and nothing else.
c.JupyterHub.load_roles = [
    {"name": "server", "scopes": ["users:activity!user", "access:servers!server", "read:users!user"]},
]

# Whoever restarts the hub does not end a sitting: servers and their proxy routes outlive it.
c.JupyterHub.cleanup_servers = False

# A room of candidates arrives at once: start a few at a time, and let the others wait rather than fail.
c.JupyterHub.concurrent_spawn_limit = 20
c.Spawner.start_timeout = 180
c.Spawner.http_timeout = 120

# Culling that never ends a sitting: a kernel goes only when no page has shown it for longer than any exam lasts; a
# server goes only when it has no kernel left. Do not add jupyterhub-idle-culler: while a candidate reads there is no
# activity, and it would end her server.
c.Spawner.poll_interval = 5  # s; until the hub notices that a server has ended, who logs in meets a page that says 503
c.Spawner.default_url = "/lab"
c.Spawner.args = [
    "--MappingKernelManager.cull_idle_timeout=21600",
    "--MappingKernelManager.cull_connected=False",
    "--MappingKernelManager.cull_busy=False",
    "--MappingKernelManager.cull_interval=300",
    "--ServerApp.shutdown_no_activity_timeout=3600",
    "--LabApp.news_url=",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
]
