"""Do addresses outlive the OCR? Pages are printed and read again, damaged, and built with the ledger of before."""
