"""One module per page; each has an `APIRouter` that `web/app.py` lists."""
