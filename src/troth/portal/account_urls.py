"""Addresses of a person's own page about signing in, under the names allauth knows them by; no others of its exist."""

from __future__ import annotations

from django.urls import path

from troth.portal import account, sign_in

urlpatterns = [
    path("", account.Overview.as_view(), name="mfa_index"),
    path("sign-in", sign_in.which_desk, name="account_login"),
    path("code", account.Code.as_view(), name="mfa_authenticate"),
    path("again", account.Again.as_view(), name="account_reauthenticate"),
    path("again/code", account.CodeAgain.as_view(), name="mfa_reauthenticate"),
    path("again/passkey", account.PasskeyAgain.as_view(), name="mfa_reauthenticate_webauthn"),
    path("password", account.NewPassword.as_view(), name="account_change_password"),
    path("password/first", account.FirstPassword.as_view(), name="account_set_password"),
    path("app", account.AddApp.as_view(), name="mfa_activate_totp"),
    path("app/off", account.DropApp.as_view(), name="mfa_deactivate_totp"),
    path("passkeys/new", account.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("passkeys/<int:pk>", account.RenamePasskey.as_view(), name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/off", account.DropPasskey.as_view(), name="mfa_remove_webauthn"),
    path("recovery-codes", account.Codes.as_view(), name="mfa_view_recovery_codes"),
    path("recovery-codes/new", account.NewCodes.as_view(), name="mfa_generate_recovery_codes"),
]
